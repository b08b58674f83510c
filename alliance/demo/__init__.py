"""What does the platform do all day? The main job, played from an empty database through the real verbs."""
