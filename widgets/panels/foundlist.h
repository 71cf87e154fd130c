#pragma once
// All places of a search in a text below each other, the word between what stands around it; one click, or an arrow
// key, leads there.

#include <QListView>

namespace aha {

class FoundModel;

class FoundList : public QListView {
    Q_OBJECT
public:
    explicit FoundList(QWidget* parent = nullptr);

    void setFound(const QString& text, const QVector<int>& places, int length);
    /// The row of the place that is selected in the text, without leading there again; -1 for none.
    void setCurrent(int row);

    QSize sizeHint() const override; ///< six rows

Q_SIGNALS:
    void picked(int row);

private:
    FoundModel* m_found;
    bool m_following = false;
};

} // namespace aha
