#!/usr/bin/env bats
# Each test is a subshell, and changes the variables of its own.
# shellcheck disable=SC2030,SC2031
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

# offers EXPECTED WORD ..: completing the last of these words offers exactly the expected words, in any order.
offers() {
    local expected=$1 offered
    shift
    # A new shell, like the user's.
    # shellcheck disable=SC2016
    offered=$(cd "$WORK/here" && bash --norc -u -c '
        source "$1"
        shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        $(complete -p hotplugfs | sed -n "s/.*-F \([^ ]*\) .*/\1/p") hotplugfs "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        [ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"' bash "$WORK/completion" "$@" | sort -u | tr '\n' ' ')
    [ "${offered% }" = "$expected" ] || fail "$*: \"${offered% }\" is offered, expected \"$expected\""
}

@test "bash completion offers subcommands, options, their values and mounts" {
    "$HOTPLUGFS" --bash-completion > "$WORK/completion"

    mkdir -p "$WORK/here/folder"
    touch "$WORK/here/file" "$WORK/here/own.toml"
    offers "--help --version -? -h capture checkpoint doctor expect explain fault fleet import kernels list load machine map mount plug record replay reset restore run step unmount unplug virtio-mem wait watch" hotplugfs ""
    offers "mount" hotplugfs mo
    offers "--version" hotplugfs --v
    offers "--clock --foreground --help --kernel --machine --movable-node --recover --scenario --state --sync -? -f -h -o" hotplugfs mount -
    offers "--kernel" hotplugfs mount "$DIR" --k
    offers "6.1 6.12 6.18" hotplugfs run --kernel 6
    # Bash splits --kernel=6 into three words.
    offers "6.1 6.12 6.18" hotplugfs mount --kernel = 6
    offers "rhel10 rhel7 rhel8 rhel9" hotplugfs mount --kernel = rhel
    offers "64tib arm64-64k cxl-2s default file folder hbm i386 large memoryless-node own.toml ppc64-lpar proxmox s390-zvm vm-virtio-mem" hotplugfs mount --machine ""
    offers "manual system" hotplugfs run --clock ""
    offers "own.toml" hotplugfs run --machine o
    offers "allow_other" hotplugfs mount -o a
    offers "allow_other,direct allow_other,fast allow_other,ro allow_other,subtree=" hotplugfs mount -o allow_other,
    offers "folder" hotplugfs mount ""
    offers "file folder own.toml" hotplugfs replay ""
    offers "" hotplugfs plug --node ""
    offers "down up" hotplugfs fleet ""
    offers "host" hotplugfs run --network ""
    offers "host machine" hotplugfs run --cpu ""
    offers "kvm" hotplugfs run --virt "kv"
    offers "" hotplugfs nonsense ""
    offers "--" hotplugfs run ""
    offers "$(compgen -c lsmem | sort -u | tr '\n' ' ' | sed 's/ $//')" hotplugfs run -- lsmem
    # Directories if no machine is mounted.
    offers "folder" hotplugfs unmount f
    DIR="$WORK/my machine"
    CONTROL=$DIR/hotplugfs
    start_machine
    offers "$DIR" hotplugfs unmount "$WORK/"
    offers "$DIR" hotplugfs plug --node 1 "$WORK/my"
    offers "dimm0 dimm1" hotplugfs unplug "$DIR" ""
    offers "$DIR" hotplugfs step "$WORK/my"
    end_machine
    offers "" hotplugfs unplug "$DIR" ""
}

@test "fish completion offers subcommands, options, their values and mounts" {
    command -v fish > /dev/null || missing "fish is not installed"
    "$HOTPLUGFS" --fish-completion > "$WORK/completion.fish"
    fish_offers() {
        local offered
        # shellcheck disable=SC2016
        offered=$(fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$WORK/completion.fish" "$2" | cut -f 1 | sort -u | tr '\n' ' ')
        [[ " $offered" == *" $1 "* ]] || fail "$2: \"$offered\" is offered, expected $1"
    }
    fish_offers watch "hotplugfs wa"
    fish_offers --movable-node "hotplugfs mount --mov"
    fish_offers rhel8 "hotplugfs mount --kernel rh"
    fish_offers memoryless-node "hotplugfs run --machine mem"
    start_machine
    fish_offers "$DIR" "hotplugfs unmount $DIR"
    fish_offers dimm1 "hotplugfs unplug $DIR dimm"
    end_machine
}

@test "zsh completion offers subcommands, options, their values and mounts" {
    command -v zsh > /dev/null || missing "zsh is not installed"
    mkdir "$WORK/functions"
    "$HOTPLUGFS" --zsh-completion > "$WORK/functions/_hotplugfs"
    # zsh_offers EXPECTED LINE: in a terminal of zsh, the line and a tab list the word.
    zsh_offers() {
        local offered
        offered=$(cd "$WORK" && zsh -f "$ROOT/scripts/integration/lib/complete.zsh" "$WORK/functions" "$2")
        [[ $offered == *"$1"* ]] || fail "$2: \"$offered\" is offered, expected $1"
    }
    zsh_offers watch "hotplugfs wa"
    zsh_offers --movable-node "hotplugfs mount --mov"
    zsh_offers rhel8 "hotplugfs mount --kernel rh"
    zsh_offers memoryless-node "hotplugfs run --machine mem"
    start_machine
    zsh_offers "machine" "hotplugfs unmount ${DIR%e}"
    zsh_offers "dimm" "hotplugfs unplug $DIR dim"
    end_machine
}
