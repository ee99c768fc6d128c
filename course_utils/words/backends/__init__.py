"""Where the words model runs: in this process, on a server, and how its file is read."""
