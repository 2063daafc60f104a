// Codes about files that cannot be read.
import type { Explanation } from "./index.ts";

export const files: readonly Explanation[] = [
  {
    code: "not-found",
    title: "there is no such file, or a directory has no programs",
    text: "The path does not exist, or it is a directory in which no file ends in `.pipe`. Paths are taken from the folder in which you are.",
    wrong: "bubbleproof verify prooofs",
    right: "bubbleproof verify proofs",
  },
  {
    code: "not-a-file",
    title: "this is not a regular file",
    text: "A program is read from a regular file. A directory whose name ends in `.pipe` is refused rather than searched, since it is most likely a mistake; devices and sockets are not read.",
    wrong: "mkdir plan.pipe && bubbleproof verify plan.pipe",
    right: "bubbleproof verify plan.pipe/first.pipe",
  },
  {
    code: "unreadable",
    title: "the file is there but cannot be read",
    text: "The operating system refused to give the file's bytes; the message carries its reason. Check the permissions of the file and of the folders above it.",
    wrong: "chmod 000 plan.pipe && bubbleproof verify plan.pipe",
    right: "chmod 644 plan.pipe && bubbleproof verify plan.pipe",
  },
  {
    code: "not-text",
    title: "the file is not UTF-8 text",
    text: "Programs are UTF-8. A file with bytes that are no UTF-8, or with NUL bytes, is something else: an archive, a picture, or text in an older encoding. Save it as UTF-8.",
    wrong: "bubbleproof verify picture.png.pipe",
    right: "iconv -f latin1 -t utf-8 old.pipe > new.pipe && bubbleproof verify new.pipe",
  },
];
