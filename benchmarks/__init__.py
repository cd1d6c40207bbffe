"""What this costs beside its peers, measured in one run; each benchmark writes instance/bench/NAME.json."""
