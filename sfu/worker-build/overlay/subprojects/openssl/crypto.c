int parleyCryptoPlaceholder = 0;
