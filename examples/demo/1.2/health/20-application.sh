#!/bin/sh
echo "the application does not answer"
exit 1
