message(FATAL_ERROR "deepfilter has included a module of the project around it")
