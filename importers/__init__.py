"""From a file somebody has to clean rows a campaign can take."""
