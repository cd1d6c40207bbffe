"""The program on the machine: owns its key, its card reader and its printer. Knows neither Flask nor SQLAlchemy."""
