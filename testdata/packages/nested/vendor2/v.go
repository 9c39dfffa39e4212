package vendor2
