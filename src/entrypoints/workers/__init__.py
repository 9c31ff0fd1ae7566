"""What happens behind the scenes: relay, consumer, job runner, scheduler."""
