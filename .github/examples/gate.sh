#!/usr/bin/env bash
# A step of any pipeline: judges renders, and goes on, stops, or calls a person, by the exit status.
#
#   gate.sh acme.brand.yml renders/ 'more/*.jpg'
set -euo pipefail

brand="$1"
shift
status=0
brandkit check --brand "$brand" --also report.html --also report.json --also junit.xml -- "$@" || status=$?
case "$status" in
  0) echo "on brand: publish" ;;
  3) echo "a person has to look: report.html" ;;
  *) exit "$status" ;; # 1 off brand, 2 an input that cannot be read
esac
