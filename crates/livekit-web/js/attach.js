// Files for the chat, fetched when the chat is opened for the first time: chosen, dropped or pasted, and sent with progress.

const UNREACHABLE = 'Parlour cannot be reached. Check your connection and try again.';

/** Files are sent one after the other, also those of panels that have been closed since. */
let sending = Promise.resolve();

/**
 * Sends the files that are chosen in `input`, or dropped or pasted into `panel`, to `address`. `tell` hears how many per
 * cent of a file are sent, and with the last of it the server's answer, or what is wrong.
 */
export function attach(input, panel, address, tell) {
  const take = (files) => {
    for (const file of files) {
      const failed = (error) => {
        Promise.reject(error); // reported like one that nobody caught
        tell(100, '', `${file.name} was not sent. Try again.`);
      };
      // What follows is sent all the same.
      sending = sending.then(() => send(address, file, tell)).catch(failed);
    }
  };
  const takeFrom = (event, transfer) => {
    if (!transfer?.files.length || input.disabled) return;
    event.preventDefault();
    take([...transfer.files]);
  };
  const takeChosen = () => {
    take([...input.files]);
    input.value = ''; // the same file may be chosen again
  };
  input.addEventListener('change', takeChosen);
  takeChosen(); // while this was being fetched
  panel.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
  panel.addEventListener('drop', (event) => takeFrom(event, event.dataTransfer));
  panel.addEventListener('paste', (event) => {
    // Cells of a table come as text and as a picture of it: whoever pastes them means the text.
    if (!event.clipboardData?.types.includes('text/plain')) takeFrom(event, event.clipboardData);
  });
}

/** `fetch` does not tell how far it is. */
const send = (address, file, tell) =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const end = (answer, problem) => {
      resolve(); // the next file's turn, whatever becomes of telling
      tell(100, answer, problem && `${file.name} was not sent. ${problem}`);
    };
    request.upload.onprogress = ({ loaded, total }) => tell(Math.min(99, Math.floor((loaded / total) * 100)), '', '');
    request.onload = () => (request.status === 200 ? end(request.responseText, '') : end('', reason(request)));
    request.onerror = () => end('', UNREACHABLE);
    request.open('POST', `${address}?${new URLSearchParams({ id: crypto.randomUUID(), name: file.name })}`);
    tell(0, '', '');
    request.send(file);
  });

const reason = (request) => {
  try {
    return JSON.parse(request.responseText).detail;
  } catch {
    return UNREACHABLE; // a proxy has answered
  }
};
