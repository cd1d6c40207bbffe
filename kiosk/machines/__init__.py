"""The fleet: enrolment, heartbeat, the session of a person at a machine, and its paper."""
