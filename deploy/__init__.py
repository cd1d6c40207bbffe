"""Running the processes of the service: together on one machine, or each under its own supervisor."""
