# shellcheck shell=bash
readme_placeholder() { :; }
