// Uploads a file with the reference client of tus, as a page or a program would:
//   node tus_upload.js <endpoint> <file> <token> <key> <chunk bytes, 0: one request for all>
// Prints the address of the upload. It gives up when nothing has moved for as many retries as are listed.
import fs from "node:fs";
import { Upload } from "tus-js-client";

const [endpoint, file, token, key, chunk] = process.argv.slice(2);
const upload = new Upload(fs.createReadStream(file), {
  endpoint,
  uploadSize: fs.statSync(file).size,
  chunkSize: Number(chunk) || 8 * 1024 * 1024,
  retryDelays: Array(12).fill(0).map((_, n) => Math.min(2000, 100 * 2 ** n)),
  headers: { Authorization: `Bearer ${token}`, "X-Idempotency-Key": key },
  metadata: { filename: "film.mp4", filetype: "video/mp4", title: "A film by tus-js-client", tags: "tus,resumable" },
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => console.log(upload.url),
});
upload.start();
