"""The face of the studios: light parts in Python, one page part in the browser that draws them."""
