"""What staff see and do over HTTP and WebSocket."""
