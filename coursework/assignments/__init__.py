"""The hidden tests, a module an assignment. Nothing of them enters a student's process but inputs."""
