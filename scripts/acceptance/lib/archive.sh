# shellcheck shell=bash
# Packages of Debian's archive that the machine itself has no lists of. All of it is in the current directory.

# archive_get WORD ...: apt-get, with the lists of archive_update.
archive_get() {
    apt-get -o Dir::Etc::SourceList="$PWD/list" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$PWD/lists" -o Dir::Cache="$PWD/cache" "$@"
}

# archive_update deb|deb-src SUITE: fetches the lists of a suite.
archive_update() {
    mkdir -p lists/partial cache/archives/partial
    echo "$1 [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $2 main" > list
    archive_get update
}
