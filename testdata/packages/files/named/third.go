package named
