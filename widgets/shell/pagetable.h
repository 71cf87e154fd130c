#pragma once
// Every page of the window, one line each: under which tab, name, tooltip, widget.

class QPlainTextEdit;

namespace aha {

class ComparePanel;
class ConfigurePanel;
class DataPanel;
class ModelsPanel;
class PageDeck;
class PlaygroundPanel;
class RecentModels;
class TokenizerPanel;
class TracesPanel;
class TrainPanel;

/// The panels that the window itself talks to; all others are reached through the deck.
struct Panels {
    ConfigurePanel* configure;
    TrainPanel* train;
    TracesPanel* traces;
    ComparePanel* compare;
    ModelsPanel* models;
    PlaygroundPanel* playground;
    TokenizerPanel* tokenizer;
    DataPanel* data;
    QPlainTextEdit* log;
};

/// What a page needs beside the open runs comes by argument here.
Panels addPages(PageDeck& deck, RecentModels* recentModels);

} // namespace aha
