"""The crawler looks: it fetches in a child process behind a guard, and gives back sightings and exchanges."""
