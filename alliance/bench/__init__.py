"""How quick and how small is the house? What `manage.py bench` fills, starts and measures.

Nothing here is imported by the application. Everything happens in databases and under a key prefix of the run's own, on
loopback only, and is removed afterwards.
"""
