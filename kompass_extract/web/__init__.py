"""The review pages: what a reviewer sees and presses, over the desk that keeps what is decided."""
