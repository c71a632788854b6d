#!/bin/sh
# A report with files, as crash reporters send them.
echo "log line" >app.log
printf '\377\330\377' >screen.jpg
id=$(curl -fsS -F "user=ada" -F "log=@app.log;type=text/plain" -F "screen=@screen.jpg" -F "note=<-" "$ORIGIN/report" <<END
It broke, again.
END
)
echo "report $id"
curl -fsS -T app.log -H "X-Report: $id" "$ORIGIN/attachments/"
gzip -nc app.log | curl -fsS --data-binary @- -H "Content-Encoding: gzip" -w '%{http_code}\n' "$ORIGIN/raw"
