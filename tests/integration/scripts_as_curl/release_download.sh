#!/bin/sh
# The newest release: where "latest" leads, then the file under the name that the server gives it.
latest=$(curl -sI -o /dev/null -w '%{redirect_url}' "$ORIGIN/releases/latest")
version=${latest##*/}
echo "version $version"
[ "$version" = "$(curl -fsSL -o /dev/null -w '%{url_effective}' "$ORIGIN/releases/latest" | sed 's,.*/,,')" ] && echo "the same"
mkdir -p downloads
cd downloads || exit
curl -fsSLOJ -w 'saved as %{filename_effective}\n' "$ORIGIN/download/$version/asset?id=7"
curl -fsSL -O "$ORIGIN/download/$version/tool-[1-2].txt" --create-dirs -o "notes/#1.md" "$ORIGIN/download/{de,en}"
ls -R
