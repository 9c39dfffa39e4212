package third
