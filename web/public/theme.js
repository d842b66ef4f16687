// Before anything is drawn, so that a page does not flash in the other theme: the chosen one, else the system's.
{
  let theme = null;
  try {
    theme = localStorage.getItem('ubot.theme');
  } catch {
    // Without storage the system's theme holds.
  }
  if (theme !== 'light' && theme !== 'dark')
    theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme;
}
