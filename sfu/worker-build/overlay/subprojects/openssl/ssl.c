int parleySslPlaceholder = 0;
