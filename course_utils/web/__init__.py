"""Pages for a browser: the studios, a wall to try out, an app of your own."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "open_studio": ("studio.open_studio", "apps.open_studio()"),
        "try_wall": ("open_wall.open_wall", "apps.try_wall()"),
        "make": ("recipe_app.recipe_app", 'apps.make(heart, title="My sticker machine")'),
        "show": ("launch.show_app", "apps.show(app)"),
        "by_hand": (
            "app_calls.app_by_hand",
            'apps.by_hand(pictures.make, style="sticker")',
        ),
        "ask": ("app_calls.ask_app", 'apps.ask(page, "a yellow star")'),
        "export": ("recipe_app.export_app", 'apps.export(heart, title="My sticker machine")'),
    },
)
