#pragma once
// The reflection words: which there are, in which language, of which kind. A change shows at once in every trace.

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace aha {

class WordList;

class WordsPage : public QWidget {
    Q_OBJECT
public:
    explicit WordsPage(WordList* words, QWidget* parent = nullptr);
    /// Puts the cursor where a new word is typed.
    void focusWord();
    /// Takes the words of a file; what is wrong with some of its lines is said.
    void readFrom(const QString& file);

private:
    void put();
    void removeCurrent();
    void chooseFile();
    void showCurrent(); ///< fills the fields from the row that is selected
    void refresh();
    void say(const QString& sentence, bool error);

    WordList* m_words;
    QTableView* m_table;
    QLineEdit *m_word, *m_language;
    QComboBox* m_kind;
    QPushButton *m_put, *m_remove, *m_undo, *m_redo, *m_reset;
    QLabel *m_state, *m_message;
};

} // namespace aha
