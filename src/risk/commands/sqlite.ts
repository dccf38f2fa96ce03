/** sqlite3: one statement that is known to read only. */
import { high, medium } from "../assessment.ts";
import { parseArgs, toSpec } from "../options.ts";
import { judgePlaces } from "../places.ts";
import type { Judge } from "../scene.ts";

export const sqlite: Judge = ({ name, args, scene }) => {
  const parsed = parseArgs(
    args,
    toSpec(
      "-header -csv -json -line -column -readonly -batch -table -markdown -box -noheader -version --version -separator:",
    ),
  );
  const [file, sql, ...more] = parsed.operands;
  const plain =
    /^\s*(select\b(?![^]*\b(load_extension|writefile|edit|fts3_tokenizer|readfile)\b)[^;]*|pragma\s+[\w.]+(\([\w"']*\))?|explain\b[^;]*|\.(tables|schema|databases|indexes)(\s+\w+)?)\s*;?\s*$/i;
  if (
    parsed.odd !== undefined ||
    file === undefined ||
    sql === undefined ||
    more.length > 0 ||
    sql.made !== undefined ||
    !plain.test(sql.text)
  ) {
    return high("irreversible", `${name} with statements that may change data or run programs`);
  }
  return [...medium("reads", "sqlite3 reads a database"), ...judgePlaces(scene, [file], "read")];
};
