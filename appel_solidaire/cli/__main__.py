from appel_solidaire.cli import main

main()
