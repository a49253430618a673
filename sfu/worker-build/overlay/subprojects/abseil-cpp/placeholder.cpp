int parleyAbseilPlaceholder = 0;
