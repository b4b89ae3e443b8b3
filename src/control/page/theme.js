// The reader's choice of colours, before anything is drawn.
try {
  const theme = localStorage.getItem("alived-theme");
  if (theme === "dark" || theme === "light") {
    document.documentElement.dataset.theme = theme;
  }
} catch {
  // Without storage the system's choice counts.
}
