module example.com/onliner

go 1.19
