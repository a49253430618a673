int parleyFlatbuffersPlaceholder = 0;
