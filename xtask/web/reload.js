// Put into pages by `cargo xtask dev` only: when the server has other files than this page, loads it anew.
let mine;

const look = async () => {
  const answer = await fetch('/pkg/build.txt', { cache: 'no-store' }).catch(() => undefined);
  if (!answer?.ok) return;
  const now = await answer.text();
  mine ??= now;
  if (now !== mine) location.reload();
};

setInterval(look, 700);
