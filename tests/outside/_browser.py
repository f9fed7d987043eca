"""Debian's Chromium for the suites that look at pages: one driver a person, axe-core on every page, pictures under the target."""

import importlib.util
import pathlib
import tempfile

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--accept-lang=ja",
]

# WCAG 2.2 AA, and what axe-core knows beyond it.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# A key of the words that stands on the page itself: lower case with hyphens, outside what people or machines named.
BARE_KEYS = """
const named = 'code, pre, .mono, .value, .tlp, input, select, textarea, script, style, [class*=name]';
return [...document.querySelectorAll('main *, nav *')].filter(e => !e.closest(named))
  .flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()))
  .filter(t => /^[a-z]+(-[a-z0-9]+)+$/.test(t) && !['all-members'].includes(t));
"""


# Whoever has not arrived after so many is in a trap.
TABS_MAX = 120

# What has the focus, whether that can be seen, and whether it is what is looked for.
FOCUS = """
const e = document.activeElement, s = getComputedStyle(e);
const ring = (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
const box = e.getBoundingClientRect();
return [e.outerHTML.slice(0, 80), e === document.body || (ring && box.width > 0 && box.height > 0), e.matches(arguments[0])];
"""


def axe_source():
    """The text of axe-core as the Python package carries it."""
    found = importlib.util.find_spec("axe_playwright_python")
    return (pathlib.Path(found.submodule_search_locations[0]) / "axe.min.js").read_text()


def gone(element):
    """Whether the element's page was left. In the midst of it chromedriver says so in words of its own inspector."""
    try:
        element.is_enabled()
        return False
    except StaleElementReferenceException:
        return True
    except WebDriverException as why:
        if "does not belong to the document" in str(why):
            return True
        raise


class Browser:
    """A browser of one person, in one language."""

    def __init__(self, url, pictures, width=1280, height=1000, dark=False, scripts=True):
        self.url = url.rstrip("/")
        self.pictures = pathlib.Path(pictures)
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.folder = tempfile.TemporaryDirectory(prefix="noroshi-chromium-", ignore_cleanup_errors=True)
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in [*QUIET, f"--user-data-dir={self.folder.name}", f"--window-size={width},{height}"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(30)
        if dark:
            scheme = {"name": "prefers-color-scheme", "value": "dark"}
            self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        if width < 600:
            metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True}
            self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        if not scripts:
            self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        self.axe = axe_source()

    def open(self, path):
        self.driver.get(self.url + path)

    def path(self):
        return self.driver.current_url.removeprefix(self.url)

    def sign_in(self, user, password, lang):
        self.open(f"/sign-in?lang={lang}")
        self.write("login", user)
        self.write("password", password)
        self.press("form[action='/sign-in'] button")
        if self.path().startswith("/sign-in"):
            raise AssertionError(f"{user} could not sign in: {self.text()[:200]}")
        # the address asks for the language, the person keeps it
        self.open(f"/preferences?lang={lang}")

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def has(self, selector):
        return bool(self.all(selector))

    def text(self):
        return self.find("main").text

    def write(self, name, text):
        field = self.find(f"[name='{name}']")
        field.clear()
        field.send_keys(text)

    def tick(self, name, value):
        box = self.find(f"input[name='{name}'][value='{value}']")
        if not box.is_selected():
            box.click()

    def choose(self, name, value):
        Select(self.find(f"select[name='{name}']")).select_by_value(value)

    def press(self, selector):
        """Presses what leads to another page, and waits for that page."""
        self.follow(self.find(selector))

    def follow(self, element):
        before = self.find("html")
        element.click()
        self.arrived(before)

    def arrived(self, before):
        """Waits until the page `before` was left and another stands there."""
        WebDriverWait(self.driver, 30).until(lambda _: gone(before))
        ready = "return document.readyState === 'complete'"
        WebDriverWait(self.driver, 30).until(lambda driver: driver.execute_script(ready))

    def tab_to(self, selector, unseen):
        """Presses Tab until the focus is there. Where it goes and nobody sees it is put into `unseen`."""
        for _ in range(TABS_MAX):
            self.type(Keys.TAB)
            place, shown, found = self.driver.execute_script(FOCUS, selector)
            if not shown and place not in unseen:
                unseen.append(place)
            if found:
                return True
        return False

    def type(self, text):
        """Types where the focus is."""
        ActionChains(self.driver).send_keys(text).perform()

    def enter(self, leaves=True):
        """Presses Enter; waits for the page to which it leads."""
        before = self.find("html")
        self.type(Keys.ENTER)
        if leaves:
            self.arrived(before)

    def faults(self, name):
        """What is wrong with the page that is shown; its picture stays."""
        self.driver.save_screenshot(str(self.pictures / f"{name}.png"))
        faults = []
        size = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        wide, seen = self.driver.execute_script(size)
        if wide > seen:
            faults.append(f"the page is {wide - seen} pixels wider than the window")
        for key in self.driver.execute_script(BARE_KEYS):
            faults.append(f"a key without words: {key}")
        for line in self.driver.get_log("browser"):
            if line["source"] == "security":
                faults.append(line["message"])
        self.driver.execute_script(self.axe)
        run = "const done = arguments[1]; axe.run({runOnly: arguments[0]}).then(r => done(r.violations))"
        for found in self.driver.execute_async_script(run, RULES):
            places = "; ".join(node["html"][:120] for node in found["nodes"][:3])
            faults.append(f"axe {found['id']}: {places}")
        return faults

    def close(self):
        self.driver.quit()
        self.folder.cleanup()
