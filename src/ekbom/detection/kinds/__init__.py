"""What several bursts make together: trains, found before leg movements are judged."""
