"""Jobs: whole files and folders scored to files, in shards, so that nothing is lost."""
