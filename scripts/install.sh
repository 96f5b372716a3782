#!/usr/bin/env bash
# Installs the program, the helper of mount(8) for the type fuse.hotplugfs, the manual page and the completion of bash.
#
# usage: scripts/install.sh [--prefix DIR] [--destdir DIR] [--program FILE] [--uninstall]
#
#   --prefix DIR     where they belong (/usr/local): bin/hotplugfs, sbin/mount.fuse.hotplugfs, share/man/man8/hotplugfs.8,
#                    share/bash-completion/completions/hotplugfs, and share/hotplugfs/installed, a list of all that
#   --destdir DIR    put them below this directory, as a package is made; the prefix is where they will be one day
#   --program FILE   install this program; by default it is built from the checkout
#   --uninstall      remove what was installed with this prefix, and nothing else
#
# mount(8) looks for its helpers in /sbin only, whatever the prefix: root gets a link there, unless --destdir is said.
# Status: 0, 1 if it cannot be done, 2 for wrong usage.
set -euo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
helper=mount.fuse.hotplugfs
prefix=/usr/local destdir='' program='' uninstall=''

cannot() {
    echo "install.sh: $*" >&2
    exit 1
}

usage() {
    echo "install.sh: $*" >&2
    echo "Try: scripts/install.sh --help" >&2
    exit 2
}

# absolute OPTION DIR: the directory without a slash at its end into ABSOLUTE.
absolute() {
    [[ $2 == /* ]] || usage "$1 is an absolute path such as /usr/local, not \"$2\""
    [[ $2 != *$'\n'* && $2/ != */../* ]] || usage "$1 is a path without .. and without a line break"
    ABSOLUTE=$2
    while [[ $ABSOLUTE == */ ]]; do
        ABSOLUTE=${ABSOLUTE%/}
    done
}

read_options() {
    local option
    while [ $# -gt 0 ]; do
        option=$1
        case $option in
            --prefix | --destdir | --program) [ $# -gt 1 ] || usage "$option needs a value" ;;
        esac
        case $option in
            --prefix)
                absolute "$1" "$2"
                prefix=$ABSOLUTE
                shift
                ;;
            --destdir)
                absolute "$1" "$2"
                [ -n "$ABSOLUTE" ] || usage "--destdir / is the same as none; leave it out"
                destdir=$ABSOLUTE
                shift
                ;;
            --program)
                program=$2
                shift
                ;;
            --uninstall) uninstall=yes ;;
            -h | --help)
                sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$self"
                exit 0
                ;;
            *) usage "$option is not known; known are --prefix DIR, --destdir DIR, --program FILE, --uninstall" ;;
        esac
        shift
    done
    [ -z "$uninstall" ] || [ -z "$program" ] || usage "--uninstall removes; it takes no --program"
}

# find_program: a native program into $program.
find_program() {
    if [ -z "$program" ]; then
        if [ "$(id -u)" -eq 0 ]; then
            # shellcheck source=scripts/lib/install.sh
            source "$root/scripts/lib/install.sh"
            install_missing gcc:gcc gcc:libc6-dev
        fi
        "$root/scripts/hotplugfs" --version > /dev/null
        program=$root/artifacts/program/hotplugfs
    fi
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then
        cannot "$program is no program; name an executable file"
    fi
    program=$(readlink -f "$program")
    [ ! -f "${program%/*}/hotplugfs.dll" ] ||
        cannot "$program is not a native program, and would not run from elsewhere; install gcc or clang, remove $root/artifacts, and try again"
}

# made PATH: remembers that it was made.
made() {
    grep -qxF -- "$1" "$work/list" || printf '%s\n' "$1" >> "$work/list"
}

# directory PATH: makes it and what is above it, below --destdir.
directory() {
    local error
    [ ! -d "$destdir$1" ] || return 0
    [[ $1 != /?*/* ]] || directory "${1%/*}"
    # Not by the umask: others shall find the program.
    error=$(mkdir -m 755 -- "$destdir$1" 2>&1) || cannot "${error#mkdir: }: run as root, or choose another --prefix"
    made "$1"
}

# place MODE FROM TO: a file, all at once, so that a program that runs is not disturbed.
place() {
    local error
    directory "${3%/*}"
    [ ! -d "$destdir$3" ] || cannot "$destdir$3 is a directory; move it away"
    error=$(install -m "$1" -- "$2" "$destdir$3.new" 2>&1) || cannot "${error#install: }: run as root, or choose another --prefix"
    mv -fT -- "$destdir$3.new" "$destdir$3"
    made "$3"
}

# link TARGET FROM: the same for a symbolic link.
link() {
    directory "${2%/*}"
    ln -sfn -- "$1" "$destdir$2.new"
    mv -fT -- "$destdir$2.new" "$destdir$2"
    made "$2"
}

# wants_link: true if mount(8) would not find the helper where the prefix has it, and may be shown it.
wants_link() {
    [ "$(id -u)" -eq 0 ] && [ -z "$destdir" ] && ! [ "$prefix/sbin" -ef /sbin ]
}

# remove_listed FILE: what it names, and the directories that are empty then, the deepest first.
remove_listed() {
    local paths path
    mapfile -t paths < <(sort -r -- "$1")
    for path in "${paths[@]}"; do
        if [ "$path" = "/sbin/$helper" ] && [ -z "$destdir" ] && ! [ "$prefix/sbin" -ef /sbin ] &&
            [ "$(readlink "/sbin/$helper")" != "$prefix/sbin/$helper" ]; then
            # Somebody else's by now.
            continue
        fi
        if [ ! -d "$destdir$path" ] || [ -L "$destdir$path" ]; then
            rm -f -- "$destdir$path"
        fi
    done
    for path in "${paths[@]}"; do
        if [ -d "$destdir$path" ] && [ ! -L "$destdir$path" ]; then
            rmdir --ignore-fail-on-non-empty -- "$destdir$path"
        fi
    done
}

# finish: an installation that has failed leaves nothing; one that should have replaced an older one can still be uninstalled.
finish() {
    if [ -s "$work/list" ] && [ ! -f "$work/done" ]; then
        if [ -f "$list" ]; then
            cp -- "$work/list" "$list" || true
        else
            remove_listed "$work/list"
        fi
    fi
    rm -rf "$work"
}

install_all() {
    find_program
    if wants_link && { [ -e "/sbin/$helper" ] || [ -L "/sbin/$helper" ]; } && [ "$(readlink "/sbin/$helper")" != "$prefix/sbin/$helper" ]; then
        cannot "/sbin/$helper is there and belongs to another installation; uninstall that, or remove it"
    fi
    work=$(mktemp -d)
    trap finish EXIT
    if [ -f "$list" ]; then
        cp -- "$list" "$work/list"
    else
        : > "$work/list"
    fi
    "$program" --man > "$work/man"
    "$program" --bash-completion > "$work/completion"
    [ -z "$destdir" ] || mkdir -p -- "$destdir"
    place 755 "$program" "$prefix/bin/hotplugfs"
    link ../bin/hotplugfs "$prefix/sbin/$helper"
    place 644 "$work/man" "$prefix/share/man/man8/hotplugfs.8"
    place 644 "$work/completion" "$prefix/share/bash-completion/completions/hotplugfs"
    if wants_link; then
        link "$prefix/sbin/$helper" "/sbin/$helper"
    fi
    directory "$prefix/share/hotplugfs"
    made "$prefix/share/hotplugfs/installed"
    place 644 "$work/list" "$prefix/share/hotplugfs/installed"
    : > "$work/done"
    echo "installed hotplugfs $("$program" --version), its manual page and completion, and $helper in $destdir$prefix"
    if [ -z "$destdir" ] && [ ! "/sbin/$helper" -ef "$prefix/sbin/$helper" ]; then
        echo "for mount -t fuse.hotplugfs root must put a link where mount(8) looks: ln -s $prefix/sbin/$helper /sbin/"
    fi
}

uninstall_all() {
    local path
    [ -f "$list" ] || cannot "nothing is installed with this prefix: there is no $list"
    [ -w "${list%/*}" ] || cannot "$list cannot be removed: uninstall as the user who installed"
    while IFS= read -r path; do
        if [[ $path/ == */../* || $path/ != "$prefix"/* && $prefix/ != "$path"/* && $path != "/sbin/$helper" ]]; then
            cannot "$list names $path, which is not of this prefix; nothing was removed"
        fi
    done < "$list"
    remove_listed "$list"
    echo "uninstalled from $destdir$prefix"
}

read_options "$@"
list=$destdir$prefix/share/hotplugfs/installed
if [ -n "$uninstall" ]; then
    uninstall_all
else
    install_all
fi
