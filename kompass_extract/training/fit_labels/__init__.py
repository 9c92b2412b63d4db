"""How the block model is made: gold reports, layouts simulated from them, rendered reports, the fit, its scores."""
