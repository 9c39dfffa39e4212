package name_test
