"""The shell: pages, commands, jobs and mail around the domain."""
