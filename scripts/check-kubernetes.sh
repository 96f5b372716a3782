#!/usr/bin/env bash
# Validates docker/kubernetes.yaml against the API of Kubernetes: values by the schemas of the npm package kubernetes-models, the names of fields
# by its types. Shows that it would find a misspelled field and a wrong value. Needs Node.js with npm, which downloads the packages once.
#   scripts/check-kubernetes.sh
set -euo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
manifest=$root/docker/kubernetes.yaml
packages=(kubernetes-models@5.1.0 js-yaml@4.1.0 typescript@5.9.3)
work=$root/artifacts/kubernetes

# The schemas ignore unknown fields; the compiler reports each one in a literal.
checker() {
    cat << 'END'
import { readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import yaml from "js-yaml";

let source = "";
for (const [index, object] of yaml.loadAll(readFileSync(process.argv[2], "utf8")).entries()) {
    const path = `kubernetes-models/${object.apiVersion}/${object.kind}`;
    const Model = (await import(path))[object.kind];
    new Model(object).validate();
    source += `import { I${object.kind} as Type${index} } from "${path}";\nexport const object${index}: Type${index} = ${JSON.stringify(object, null, 1)};\n`;
}
writeFileSync("manifest.mts", source);
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "manifest.mts"],
    { stdio: "inherit" });
END
}

# valid FILE: whether the file is valid; prints why not.
valid() {
    node check.mjs "$1" 2>&1
}

# finds WRONG RIGHT MESSAGE: the check reports this error.
finds() {
    sed "s/$2/$1/" "$manifest" > wrong.yaml
    if valid wrong.yaml > found || ! grep -qF "$3" found; then
        echo "the check does not find \"$1\":" >&2
        cat found >&2
        return 1
    fi
}

mkdir -p "$work"
cd "$work"
if [ "$(cat installed 2> /dev/null)" != "${packages[*]}" ]; then
    echo '{ "private": true, "type": "module" }' > package.json
    npm install --silent --no-audit --no-fund "${packages[@]}"
    echo "${packages[*]}" > installed
fi
checker > check.mjs
valid "$manifest"
finds "restartPolicyy: Always" "restartPolicy: Always" "'\"restartPolicyy\"' does not exist in type 'IContainer'"
finds "replicas: one" "replicas: 1" "data/spec/replicas must be integer"
echo "docker/kubernetes.yaml is valid"
