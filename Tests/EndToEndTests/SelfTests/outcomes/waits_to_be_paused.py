"""A program that runs is stopped when the debugger asks for it."""
count = 1
print("ready")  # @ready
while count >= 0:  # @while
    count += 1  # @count

#> run -> running
#> output "ready\n"
#> pause -> paused @ready|@while|@count in <module>
#> evaluate count > 0 -> True
#> evaluate count = -2 -> None
#> continue -> exit 0
