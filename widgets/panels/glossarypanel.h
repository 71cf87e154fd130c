#pragma once
// The page Glossary: every metric and term, to be searched.

#include <QWidget>

class QLineEdit;
class QListView;
class QPlainTextEdit;
class QSortFilterProxyModel;

namespace aha {

class Glossary;

class GlossaryPanel : public QWidget {
    Q_OBJECT
public:
    /// `glossary` must outlive the panel.
    explicit GlossaryPanel(Glossary* glossary, QWidget* parent = nullptr);

    /// Shows one entry; a name that is none becomes the search.
    void showTerm(const QString& name);

private:
    void showCurrent();

    Glossary* m_glossary;
    QSortFilterProxyModel* m_found;
    QLineEdit* m_search;
    QListView* m_list;
    QPlainTextEdit* m_text;
};

} // namespace aha
