int parleySrtpPlaceholder = 0;
