"""Line contracts."""
