"""The processes that unpickle, train and predict."""
