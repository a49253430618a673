int parleyUvPlaceholder = 0;
