"""Resources shared by campaigns: interchangeable agents, and turns."""
